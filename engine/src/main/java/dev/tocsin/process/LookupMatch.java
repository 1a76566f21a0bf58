package dev.tocsin.process;

/** How what stands in an event is compared with the keys of a table. */
public enum LookupMatch {
    /** As it is written; an address also in its canonical form, a number also as a number. */
    EXACT,
    /** The same in lower case, for keys in lower case. */
    LOWER,
    /** An address, in the networks that are keys; the longest prefix wins. A single address is a key of one address. */
    SUBNET,
    /** A name in lower case, then the names above it: www.example.com, example.com, com. */
    DOMAIN
}

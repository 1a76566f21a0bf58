package dev.tocsin.fabric.store;

import java.util.Locale;

/** Why an operation was refused or its result is not known. Names as in Broker, where it has one. */
public enum StoreFault {
    /** The key, or the index within its value, is not there. */
    NO_SUCH_KEY,
    /** The value under the key is not of a type that the operation is for, or the argument is not of one that fits it. */
    TYPE_CLASH,
    /** The result would be outside of what its type can hold, such as a count below 0. */
    OVERFLOW,
    /** There is nothing in the vector that could be taken out. */
    EMPTY,
    /** The key was modified since the revision that the caller named. */
    REVISION_MISMATCH,
    /** The value would be larger, or nested deeper, than the store takes. */
    TOO_LARGE,
    /** The store has as many keys as it may have. */
    STORE_FULL,
    /** There was no answer in time. A mutation may have been made all the same. */
    TIMEOUT,
    /** The frame was no request of a store. */
    INVALID,
    /** What the copy is kept in failed; the text says how. */
    BACKEND,
    /** The store is closed at this node. */
    CLOSED;

    /** As it is written elsewhere, such as {@code no_such_key}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StoreFault of(String text) {
        for (StoreFault fault : values()) {
            if (fault.text().equals(text)) {
                return fault;
            }
        }
        return INVALID;
    }
}

/** The cluster fabric: messages by topic between nodes, in Zeek's manner. */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric;

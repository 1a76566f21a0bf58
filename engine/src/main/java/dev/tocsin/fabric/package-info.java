/**
 * The cluster fabric: messages by topic between nodes, in Zeek's manner.
 *
 * <p>In: messages from clients in this process and, through {@link dev.tocsin.fabric.Target targets}, from links to other
 * nodes. Out: the same to every subscription and link whose prefixes cover the topic. Promised: each message once; for one
 * publisher and topic in the order of publishing; what a policy drops is announced in its place as a
 * {@link dev.tocsin.fabric.Gap} with its count; bounded memory.
 *
 * <p>Threads: routing happens in the thread that brings a message, under one lock; a virtual thread for each subscription
 * calls its receiver.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric;

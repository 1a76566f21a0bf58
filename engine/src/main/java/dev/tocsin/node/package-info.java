/**
 * The only room that sees every stage: reads the configuration, builds the log, the fabric, the sources, the stages, and
 * starts and stops them in order. What the page and the commands may ask of a running node is {@link dev.tocsin.node.NodeApi}.
 * {@code connector} puts sources and sinks together without a log.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.node;

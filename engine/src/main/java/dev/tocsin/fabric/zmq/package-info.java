/** Zeek's ZeroMQ cluster backend (Zeek 8.0 and later): its events as a node, and its logs as a logger. */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.zmq;

/**
 * The commands. {@link dev.tocsin.cli.Tocsin} is the main class; each command is one file.
 *
 * <p>In: arguments, the environment, a terminal. Out: data on standard output, notes on standard error, and an exit
 * code: 0 all is well, 1 problems were found, 2 the command was not understood, 3 the node cannot be reached.
 *
 * <p>{@code run} and {@code check} work in this process through a {@link dev.tocsin.cli.NodeLauncher}; all others ask a
 * running node over HTTP through {@link dev.tocsin.cli.Client} and know of it only what {@link
 * dev.tocsin.node.NodeApi} says. Everything that came from outside is made printable before it is shown. One thread;
 * nothing imports this room.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.cli;

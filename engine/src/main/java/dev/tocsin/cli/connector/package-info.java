/** The command {@code tocsin connector}, and the flags of the connector that it replaces. */
@NullMarked
package dev.tocsin.cli.connector;

import org.jspecify.annotations.NullMarked;

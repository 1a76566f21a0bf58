/**
 * The event connector alone: sources to outputs without a log between them. Its state lies in a store that several
 * connectors share, so that one works and the others stand by.
 */
@NullMarked
package dev.tocsin.node.connector;

import org.jspecify.annotations.NullMarked;

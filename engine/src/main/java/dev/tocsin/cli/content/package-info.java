/** The commands of {@code content}: push rule bundles to engines, see what runs, go back. */
@org.jspecify.annotations.NullMarked
package dev.tocsin.cli.content;

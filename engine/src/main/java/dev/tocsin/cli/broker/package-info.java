/** The commands of {@code tocsin broker}: the fabric by hand. */
@org.jspecify.annotations.NullMarked
package dev.tocsin.cli.broker;

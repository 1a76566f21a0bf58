/** Tiny shared things: problems, sizes, the clock. Imports nothing of ours. */
@org.jspecify.annotations.NullMarked
package dev.tocsin.base;

/** Tiny shared things: problems, sizes, endpoints, PEM files, Retry-After. Imports nothing of ours. */
@org.jspecify.annotations.NullMarked
package dev.tocsin.base;

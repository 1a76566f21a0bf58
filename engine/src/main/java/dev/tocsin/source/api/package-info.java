/** Reads paged event APIs: windows, pages in parallel, strict order, nothing lost. Knows neither the log nor the sinks. */
@NullMarked
package dev.tocsin.source.api;

import org.jspecify.annotations.NullMarked;

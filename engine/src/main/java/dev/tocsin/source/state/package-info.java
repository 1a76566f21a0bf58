/**
 * Where a source keeps its place outside of the process, and who may write it. The lease only decides who tries; what
 * keeps a stale leader out is the epoch, which the store itself checks at each write.
 */
@NullMarked
package dev.tocsin.source.state;

import org.jspecify.annotations.NullMarked;

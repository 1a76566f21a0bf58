/**
 * The values that travel over the fabric, in Zeek's data model, and their written forms.
 *
 * <p>In: bytes from peers, hostile until shown otherwise. Out: immutable {@link dev.tocsin.fabric.data.Value values}, or a
 * {@link dev.tocsin.fabric.data.ValueException} that says what was wrong and where. Promised: strings keep every byte;
 * nothing nests deeper than {@link dev.tocsin.fabric.data.Value#MAX_DEPTH}, so nothing here can run out of stack; no reader
 * allocates more than a small multiple of what it was given. Everything is free of threads and may be used from any.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.fabric.data;

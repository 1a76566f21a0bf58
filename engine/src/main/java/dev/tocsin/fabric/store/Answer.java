package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;

/**
 * What an operation gave.
 *
 * @param value see docs/reference/stores.md for what each gives
 * @param revision of the store when it was made; a mutation that changed its key gave it this revision
 */
public record Answer(Value value, long revision) {
}

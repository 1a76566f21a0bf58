/**
 * Whether two engines raised the same alerts.
 *
 * <p>In: what engines published ({@code alerts}) and what was withheld ({@code shadow}), and what the ledger says of them.
 * Out: a verdict, and by rule and customer what is missing, extra, or differs, with ids and fields. Promised: memory does not
 * grow with the number of alerts; what was not looked into is said; no data is never a pass.
 *
 * <p>Threads: a comparison runs on the caller's thread; any number at once.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.rollout.parity;

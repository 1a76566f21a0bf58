package dev.tocsin.source;

/**
 * What is the same for all events of one way in.
 *
 * @param source name of the configured source
 * @param format how the events are written, or {@code auto}
 * @param transport {@code udp}, {@code tcp}, {@code tls}, {@code relp}, {@code http}, {@code hec}, {@code otlp},
 *        {@code kafka}, {@code zeek} or {@code file}
 */
record Feed(String customer, String source, String format, LogSourceHint logsource, String transport) {
}

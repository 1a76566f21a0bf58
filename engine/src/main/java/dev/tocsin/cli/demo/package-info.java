/**
 * The demo: plays ordinary traffic and a made-up intrusion into the listeners of a running node, and tells a person what
 * happens.
 *
 * <p>In: {@code examples/demo/background.yml} and {@code story.yml}. A {@link dev.tocsin.cli.demo.Scenario} is what they
 * say, checked when it is read; with a seed and a clock it renders the same messages each time. The {@link
 * dev.tocsin.cli.demo.Player} sends them over real sockets, as real senders would: syslog over TCP and UDP, Splunk's HTTP
 * event collector with acknowledgement, JSON lines over HTTP, and a log file that grows. The {@link
 * dev.tocsin.cli.demo.Narrator} is the terminal.
 *
 * <p>Promised: what a listener with acknowledgements refuses is sent again, the same batch, until it is taken; nothing
 * goes on after {@link dev.tocsin.cli.demo.Player#close()}. A virtual thread each for the background, the story and
 * every way of sending.
 */
@org.jspecify.annotations.NullMarked
package dev.tocsin.cli.demo;

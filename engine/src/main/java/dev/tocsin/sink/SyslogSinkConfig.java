package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of {@link SyslogSink}. */
@Tag("syslog")
@Doc("Sends each alert or event as a syslog message, such as to a SIEM. Syslog has no acknowledgement: with tcp and tls, what the network and the receiver had not worked off when the receiver died is lost; with udp any message may be lost.")
public record SyslogSinkConfig(@Doc("What is sent: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Where to.") Endpoint address,
        @Doc("tcp: connects again and sends again what could not be sent; tls: the same, and nobody between can read or forge it (RFC 5425, port 6514); udp: each message at most once, and nobody is told what is lost.") @Default("tcp") Transport transport,
        @Doc("How messages are told apart on tcp: octets (RFC 6587 octet counting) or newline; tls has octets only.") @Default("octets") Framing framing,
        @Doc("5424, or 3164 for old receivers; the time of 3164 is in UTC and has no year and no zone.") @Default("5424") int rfc,
        @Doc("The facility of each message.") @Default("local0") Facility facility,
        @Doc("The text of the message: cef, leef (2.0), leef1 (1.0), kv, json; text, for people, only with rfc 5424.") @Default("cef") SinkFormat format,
        @Doc("A longer message is cut, and that is counted; many receivers take no more than 8KiB. A datagram never has more than 64,000 bytes.") @Default("64KiB") ByteSize messageMax,
        @Doc("For transport tls; without it the receiver must have a certificate for its name from an authority that Java knows.") @Nullable TlsConfig tls,
        @Doc("Send to another machine without TLS, so that anybody on the network between may read and forge messages.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    /** What carries the messages. */
    public enum Transport {
        TCP,
        UDP,
        TLS
    }

    /** RFC 6587 section 3.4. */
    public enum Framing {
        OCTETS,
        NEWLINE;

        /** The message as it goes over the wire, its length or its line feed included. */
        byte[] frame(byte[] message) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream(message.length + 8);
            switch (this) {
                case OCTETS -> {
                    frame.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
                    frame.writeBytes(message);
                }
                case NEWLINE -> {
                    frame.writeBytes(message);
                    frame.write('\n');
                }
            }
            return frame.toByteArray();
        }
    }

    /** RFC 5424 section 6.2.1, in the order of their numbers. */
    public enum Facility {
        KERN,
        USER,
        MAIL,
        DAEMON,
        AUTH,
        SYSLOG,
        LPR,
        NEWS,
        UUCP,
        CRON,
        AUTHPRIV,
        FTP,
        NTP,
        AUDIT,
        ALERT,
        CLOCK,
        LOCAL0,
        LOCAL1,
        LOCAL2,
        LOCAL3,
        LOCAL4,
        LOCAL5,
        LOCAL6,
        LOCAL7
    }

    public SyslogSinkConfig {
        SyslogStyle.check(rfc, format, messageMax);
        if (address.port() == 0) {
            throw new IllegalArgumentException("address needs the receiver's port, usually 514, or 6514 with tls");
        }
        if (tls != null && transport != Transport.TLS) {
            throw new IllegalArgumentException("tls says how to encrypt, but transport does not; say transport: tls");
        }
        if (transport == Transport.TLS && framing != Framing.OCTETS) {
            throw new IllegalArgumentException("framing must be octets with transport tls (RFC 5425 section 4.3)");
        }
    }

    @Override
    public Optional<ClearText> clearText() {
        return transport == Transport.TLS || plaintext || address.isLoopback()
                ? Optional.empty()
                : Optional.of(new ClearText("address", address.toString(), "say transport: tls"));
    }
}

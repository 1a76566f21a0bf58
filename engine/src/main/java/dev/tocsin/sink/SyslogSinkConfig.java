package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;

/** Settings of {@link SyslogSink}. */
@Tag("syslog")
@Doc("Sends each alert or event as a syslog message, such as to a SIEM. Syslog has no acknowledgement: with tcp, what the network and the receiver had not worked off when the receiver died is lost; with udp any message may be lost.")
public record SyslogSinkConfig(@Doc("What is sent: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Where to.") Endpoint address,
        @Doc("tcp: connects again and sends again what could not be sent; udp: each message at most once, and nobody is told what is lost.") @Default("tcp") Transport transport,
        @Doc("How messages are told apart on tcp: octets (RFC 6587 octet counting) or newline.") @Default("octets") Framing framing,
        @Doc("5424, or 3164 for old receivers; the time of 3164 is in UTC and has no year and no zone.") @Default("5424") int rfc,
        @Doc("The facility of each message.") @Default("local0") Facility facility,
        @Doc("The text of the message: cef, leef (2.0), leef1 (1.0), kv, json; text, for people, only with rfc 5424.") @Default("cef") SinkFormat format,
        @Doc("A longer message is cut, and that is counted; many receivers take no more than 8KiB. A datagram never has more than 64,000 bytes.") @Default("64KiB") ByteSize messageMax,
        @Doc("Send to another machine although there is no TLS, so that anybody on the network between may read and forge messages.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    private static final int MESSAGE_MIN = 480;
    private static final int MESSAGE_MAX = 16 << 20;

    /** What carries the messages. */
    public enum Transport {
        TCP,
        UDP
    }

    /** RFC 6587 section 3.4. */
    public enum Framing {
        OCTETS,
        NEWLINE
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
        if (rfc != 5424 && rfc != 3164) {
            throw new IllegalArgumentException("rfc is 5424 or 3164, not " + rfc);
        }
        if (rfc == 3164 && format == SinkFormat.TEXT) {
            throw new IllegalArgumentException("format text says no id, and rfc 3164 has no other place for it;"
                    + " take rfc 5424 or another format");
        }
        if (address.port() == 0) {
            throw new IllegalArgumentException("address needs the receiver's port, usually 514");
        }
        if (messageMax.bytes() < MESSAGE_MIN || messageMax.bytes() > MESSAGE_MAX) {
            throw new IllegalArgumentException("message_max must be from 480 to 16MiB");
        }
    }
}

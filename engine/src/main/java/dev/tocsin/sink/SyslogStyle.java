package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.sink.SyslogSinkConfig.Facility;

/**
 * How syslog messages are written, whatever carries them.
 *
 * @param rfc 5424 or 3164
 * @param lengthMax bytes; what is longer is cut
 */
record SyslogStyle(int rfc, Facility facility, SinkFormat format, int lengthMax) {
    private static final int MESSAGE_MIN = 480;
    private static final int MESSAGE_MAX = 16 << 20;

    static SyslogStyle of(SyslogSinkConfig config) {
        int allowed = Math.toIntExact(config.messageMax().bytes());
        return new SyslogStyle(config.rfc(), config.facility(), config.format(),
                config.transport() == SyslogSinkConfig.Transport.UDP
                        ? Math.min(SyslogMessage.DATAGRAM_MAX, allowed)
                        : allowed);
    }

    /** What a configuration is refused for. */
    static void check(int rfc, SinkFormat format, ByteSize messageMax) {
        if (rfc != 5424 && rfc != 3164) {
            throw new IllegalArgumentException("rfc is 5424 or 3164, not " + rfc);
        }
        if (rfc == 3164 && format == SinkFormat.TEXT) {
            throw new IllegalArgumentException("format text says no id, and rfc 3164 has no other place for it;"
                    + " take rfc 5424 or another format");
        }
        if (messageMax.bytes() < MESSAGE_MIN || messageMax.bytes() > MESSAGE_MAX) {
            throw new IllegalArgumentException("message_max must be from 480 to 16MiB");
        }
    }
}

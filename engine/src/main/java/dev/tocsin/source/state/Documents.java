package dev.tocsin.source.state;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** What all kinds of state have in common. */
final class Documents {
    /** The largest document. It is written whole each time, and each store takes so much in one request. */
    static final int BYTES_MAX = 8 << 20;

    private Documents() {
    }

    /** @throws IllegalArgumentException when the document is too large */
    static byte[] bytes(String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("the state of a source may have " + BYTES_MAX + " bytes at most, not "
                    + bytes.length);
        }
        return bytes;
    }

    /** A name that is fit for a key, a file and a part of an address. */
    static String checkSource(String source) {
        if (!source.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}")) {
            throw new IllegalArgumentException("\"" + source
                    + "\" cannot name the state of a source: letters, digits, dot, hyphen and underscore only");
        }
        return source;
    }

    /** Who this process is, for people. */
    static String me() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            host = "unknown host";
        }
        return host + ", process " + ProcessHandle.current().pid();
    }
}

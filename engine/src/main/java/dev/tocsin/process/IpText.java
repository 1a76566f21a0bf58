package dev.tocsin.process;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Addresses in text, without ever asking a name server. */
final class IpText {
    private static final int CHARS_MAX = 64;

    private IpText() {
    }

    /** An IPv4 address mapped into IPv6 as IPv4, a zone cut off; null when the text is no address. */
    static @Nullable String canonical(String text) {
        int zone = text.indexOf('%');
        String address = zone > 0 ? text.substring(0, zone) : text;
        if (address.length() > CHARS_MAX || !plausible(address)) {
            return null;
        }
        String v4 = address.regionMatches(true, 0, "::ffff:", 0, 7) && address.indexOf('.') > 0
                ? address.substring(7)
                : address;
        try {
            InetAddress.ofLiteral(v4);
            return v4;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Digits, dots and colons only, with three dots or two colons: the JDK also takes "1" for an address. */
    private static boolean plausible(String address) {
        int dots = 0;
        int colons = 0;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            dots += c == '.' ? 1 : 0;
            colons += c == ':' ? 1 : 0;
            if (c != '.' && c != ':' && Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return dots == 3 && (colons == 0 || colons > 1) || dots == 0 && colons > 1;
    }
}

package dev.tocsin.base;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where something listens or is reached: {@code 127.0.0.1:5514}, {@code [::1]:8080}, {@code host:0} for a free port. */
public record Endpoint(String host, int port) {
    public Endpoint {
        if (host.isEmpty() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("not host:port: \"" + host + ":" + port + "\"");
        }
    }

    /** @throws IllegalArgumentException when the text is not host:port */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("not host:port: \"" + text + "\" (write 127.0.0.1:5514)");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    /** Whether only this machine can reach it. A name that does not resolve is taken as reachable from outside. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}

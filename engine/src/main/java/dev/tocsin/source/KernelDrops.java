package dev.tocsin.source;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Reads from {@code /proc/net/udp} and {@code udp6} how many datagrams the kernel dropped for one socket. Only Linux
 * says so, and only for what reached the socket: losses on the way here nobody can count. Elsewhere the answer is 0.
 * Columns: Linux {@code Documentation/networking/proc_net_tcp.rst} and {@code udp_seq_show}; the last one is drops.
 */
final class KernelDrops {
    private final List<Table> tables;

    /** @param socket {@code address:port} in the table's hexadecimal form */
    private record Table(Path file, List<String> socket) {
    }

    KernelDrops(InetSocketAddress local) {
        this(local, Path.of("/proc/net"));
    }

    KernelDrops(InetSocketAddress local, Path proc) {
        InetAddress address = local.getAddress();
        String port = String.format(Locale.ROOT, ":%04X", local.getPort());
        byte[] bytes = address.getAddress();
        // Java opens IPv6 sockets where it can, on which an IPv4 address is seen as ::ffff:a.b.c.d and any as ::.
        String six = address.isAnyLocalAddress()
                ? "0".repeat(32)
                : address instanceof Inet4Address ? "0000000000000000FFFF0000" + words(bytes) : words(bytes);
        tables = List.of(
                new Table(proc.resolve("udp"),
                        address instanceof Inet4Address ? List.of(words(bytes) + port) : List.of()),
                new Table(proc.resolve("udp6"), List.of(six + port)));
    }

    long count() {
        long sum = 0;
        for (Table table : tables) {
            sum += count(table);
        }
        return sum;
    }

    private static long count(Table table) {
        try (var lines = Files.lines(table.file())) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns.length > 12 && table.socket().contains(columns[1]))
                    .mapToLong(columns -> Long.parseLong(columns[columns.length - 1])).sum();
        } catch (IOException | RuntimeException _) {
            return 0;
        }
    }

    /** The kernel prints each 32-bit word in the machine's byte order, which is little-endian wherever we run. */
    private static String words(byte[] address) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < address.length; i += 4) {
            for (int j = 3; j >= 0; j--) {
                HexFormat.of().withUpperCase().toHexDigits(text, address[i + j]);
            }
        }
        return text.toString();
    }
}

package dev.tocsin.log;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ports of the embedded broker, and the password by which it knows itself.
 *
 * <p>A broker that was killed begins again with the address it had before, until it has registered anew; in that moment its
 * transaction coordinator sends the marks that end open transactions to that old address. If another Tocsin has taken the
 * port by then, it has streams of the same names and says yes: the marks land in the other's log, and here the
 * transactions stay open for ever, and with them every reader. So the ports are kept over starts, as long as they are free,
 * and what brokers say to themselves goes through a listener of its own that demands a password of this directory.
 *
 * @param client for clients, ours and other Kafka tools
 * @param internal for the broker's words to itself
 * @param password of this directory; hexadecimal
 */
record BrokerDoors(int client, int internal, int controller, String password) {
    private static final String FILE = "doors";
    private static final int WORDS = 4;

    /** @param wanted the client port, or 0 for any; the others are as before, or free ones */
    static BrokerDoors of(Path directory, int wanted) throws IOException {
        Path file = directory.resolve(FILE);
        List<String> kept = Files.exists(file) ? List.of(Files.readString(file).strip().split(" ")) : List.of();
        boolean whole = kept.size() == WORDS
                && kept.subList(0, WORDS - 1).stream().allMatch(w -> w.matches("\\d{1,5}"));
        Set<Integer> taken = new LinkedHashSet<>();
        int client = wanted != 0 ? wanted : port(whole ? kept.get(0) : "0", taken);
        taken.add(client);
        int internal = port(whole ? kept.get(1) : "0", taken);
        int controller = port(whole ? kept.get(2) : "0", taken);
        return new BrokerDoors(client, internal, controller, whole ? kept.get(3) : newPassword());
    }

    /** For the next start. A half-written file is as good as none, but only the owner may read it. */
    void keep(Path directory) throws IOException {
        Path fresh = directory.resolve(FILE + ".new");
        Files.deleteIfExists(fresh);
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(fresh, client + " " + internal + " " + controller + " " + password + "\n",
                StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static int port(String before, Set<Integer> taken) throws IOException {
        int wanted = Integer.parseInt(before);
        int port = wanted > 0 && wanted < 65_536 && !taken.contains(wanted) && isFree(wanted) ? wanted : free(taken);
        taken.add(port);
        return port;
    }

    private static int free(Set<Integer> taken) throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (!taken.contains(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the broker itself does: connections of the process before may still linger.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String newPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return "client " + client + ", internal " + internal + ", controller " + controller;
    }
}

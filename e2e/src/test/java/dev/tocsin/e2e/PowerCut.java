package dev.tocsin.e2e;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small ext4 disk in a file that can lose its power: the file system is shut down at once, without writing its
 * journal (EXT4_IOC_SHUTDOWN), so that what was not flushed is gone. Needs root and loop devices.
 */
final class PowerCut implements AutoCloseable {
    private static final long EXT4_IOC_SHUTDOWN = 0x8004587DL;
    private static final int NO_LOG_FLUSH = 2;

    private final Path image;
    private final Path mount;

    PowerCut(Path directory, int megabytes) throws IOException, InterruptedException {
        image = directory.resolve("disk.img");
        mount = Files.createDirectories(directory.resolve("disk"));
        run("truncate", "-s", megabytes + "M", image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        mount();
    }

    /** Why this cannot be done here, or empty. */
    static String impossible() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "mounting a loop disk needs root";
        }
        return Files.exists(Path.of("/dev/loop-control")) ? "" : "there are no loop devices";
    }

    Path mountPoint() {
        return mount;
    }

    private void mount() throws IOException, InterruptedException {
        run("mount", "-o", "loop", image.toString(), mount.toString());
    }

    /** The power goes: the disk first, then the process. */
    void cut(NodeProcess node) throws Throwable {
        shutdown();
        node.kill9();
        unmount();
        mount();
    }

    private void shutdown() throws Throwable {
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        MethodHandle open = linker.downcallHandle(libc.find("open").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MethodHandle ioctl = linker.downcallHandle(libc.find("ioctl").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(libc.find("close").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) open.invoke(arena.allocateFrom(mount.toString()), 0);
            MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, NO_LOG_FLUSH);
            int result = (int) ioctl.invoke(fd, EXT4_IOC_SHUTDOWN, flags);
            int ignored = (int) close.invoke(fd);
            if (fd < 0 || result != 0) {
                throw new IOException(
                        "the disk did not take the shutdown: open " + fd + ", ioctl " + result + ", close "
                                + ignored);
            }
        }
    }

    private void unmount() throws IOException, InterruptedException {
        for (int i = 0; i < 40; i++) {
            if (new ProcessBuilder("umount", mount.toString()).start().waitFor() == 0) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
        throw new IOException("the disk is still busy after 10 s");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes());
        if (p.waitFor() != 0) {
            throw new IOException(List.of(command) + " failed: " + said);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        unmount();
    }
}

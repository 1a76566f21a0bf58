package dev.tocsin.e2e;

import java.io.IOException;
import java.util.List;

/** A process that may lead a source, and to which everything may happen. Used by one thread. */
interface Victim extends AutoCloseable {
    void start() throws IOException;

    boolean isAlive();

    void kill9() throws InterruptedException;

    /** SIGSTOP: the process stands where it is, in the middle of whatever it does. */
    void pause() throws IOException, InterruptedException;

    void resume() throws IOException, InterruptedException;

    /** Whether it is one that polls now; false when it does not answer. */
    boolean leads() throws InterruptedException;

    String console() throws IOException;

    @Override
    void close() throws InterruptedException;

    static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder(List.of("kill", "-" + name, Long.toString(process.pid()))).start().waitFor();
    }
}

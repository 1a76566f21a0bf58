package dev.tocsin.source.state;

import java.nio.file.Path;

/** Leads until it is killed. */
final class FileStateChild {
    private FileStateChild() {
    }

    public static void main(String[] args) throws Exception {
        FencedState.Term term = States.open("halo", new FileStateConfig(Path.of(args[0]))).tryLead().orElseThrow();
        term.write("{\"child\":true}");
        System.out.println("leads");
        Thread.currentThread().join();
    }
}

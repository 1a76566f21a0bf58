package dev.tocsin.health;

/** How well something is; the code is what the health documents carry. */
public enum Level {
    UNKNOWN(0),
    GREEN(1),
    YELLOW(2),
    RED(3);

    private final int code;

    Level(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}

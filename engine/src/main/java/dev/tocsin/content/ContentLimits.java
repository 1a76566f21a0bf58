package dev.tocsin.content;

/**
 * Against archives that grow without end.
 *
 * @param bytesMax of all files unpacked
 */
public record ContentLimits(long bytesMax) {
    /** More files than any rule set has. */
    static final int FILES_MAX = 100_000;
    static final int NAME_CHARACTERS_MAX = 500;

    /** Adds a file up. @throws ContentException when it is one too many */
    void require(String where, int files, long bytes) {
        if (files > FILES_MAX) {
            throw ContentException.of(where, "there are more than " + FILES_MAX + " files",
                    "split the content, or name a directory below");
        }
        if (bytes > bytesMax) {
            throw ContentException.of(where, "the files have more than " + bytesMax + " bytes",
                    "raise content.size_max, or leave out what is no rule");
        }
    }
}

package dev.tocsin.source.api;

/** What was learned of how an API pages, beyond what its definition says. Thread-safe. */
final class PageSizes {
    private final int configured;
    /** The fullest page so far, without repeats: a smaller one is not full. */
    private int largest;
    /** How many events a page begins behind the one before it. */
    private int stride;
    /** Pages that can be had of a window; 0 is no limit that is known. */
    private int pageCap;
    /** The smallest page that another one followed. */
    private int full;
    private int refusedAfter = -1;

    PageSizes(int pageCap) {
        configured = pageCap;
        this.pageCap = pageCap;
    }

    /** What was learned may not hold any more. */
    synchronized void forgetCap() {
        pageCap = configured;
        refusedAfter = -1;
    }

    synchronized void read(int fresh) {
        largest = Math.max(largest, fresh);
    }

    /** A page of so many events was followed by another one. */
    synchronized void followed(int size) {
        full = size > 0 && (full == 0 || size < full) ? size : full;
    }

    /** Events on a full page, when so many were asked for. */
    synchronized int full(int asked) {
        return full == 0 ? asked : Math.min(asked, full);
    }

    /** Whether a page of so many events is surely not full. */
    synchronized boolean isShort(int size) {
        return size < largest;
    }

    /** @return whether it is as it was thought to be */
    synchronized boolean stride(int first) {
        boolean same = first == stride;
        stride = first;
        return same;
    }

    synchronized int stride(int asked, boolean known) {
        return known && stride > 0 ? stride : asked;
    }

    /** The page after so many was refused. Only the second time it counts as a limit, and not as a passing fault. */
    synchronized void refusedAfter(int pages) {
        if (refusedAfter == pages) {
            pageCap = pageCap == 0 ? pages : Math.min(pageCap, pages);
        }
        refusedAfter = pages;
    }

    synchronized int pageCap() {
        return pageCap == 0 ? Integer.MAX_VALUE : pageCap;
    }
}

package dev.tocsin.source.api;

/** What was learned of how an API pages, beyond what its definition says. Owned by the thread that reads. */
final class PageSizes {
    /** The fullest page so far, without repeats: a smaller one is not full. */
    private int largest;
    /** How many events a page begins behind the one before it. */
    private int stride;
    /** Pages that can be had of a window; 0 is no limit that is known. */
    private int pageCap;
    private int refusedAfter = -1;

    PageSizes(int pageCap) {
        this.pageCap = pageCap;
    }

    void read(int fresh) {
        largest = Math.max(largest, fresh);
    }

    /** Whether a page of so many events is surely not full. */
    boolean isShort(int size) {
        return size < largest;
    }

    /** @return whether it is as it was thought to be */
    boolean stride(int first) {
        boolean same = first == stride;
        stride = first;
        return same;
    }

    int stride(int asked, boolean known) {
        return known && stride > 0 ? stride : asked;
    }

    /** The page after so many was refused. Only the second time it counts as a limit, and not as a passing fault. */
    void refusedAfter(int pages) {
        if (refusedAfter == pages) {
            pageCap = pageCap == 0 ? pages : Math.min(pageCap, pages);
        }
        refusedAfter = pages;
    }

    int pageCap() {
        return pageCap == 0 ? Integer.MAX_VALUE : pageCap;
    }
}

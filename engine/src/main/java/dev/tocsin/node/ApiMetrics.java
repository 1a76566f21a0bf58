package dev.tocsin.node;

import dev.tocsin.health.Metrics;
import dev.tocsin.source.ApiSource;
import dev.tocsin.source.api.ApiCounts;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The numbers of a polled API. */
public final class ApiMetrics {
    private static final double MILLIS = 1000.0;

    private ApiMetrics() {
    }

    public static void register(Metrics metrics, String name, ApiSource source, ApiCounts counts) {
        total(metrics, "pages", "Pages read", counts.pages::sum, name);
        total(metrics, "new_events", "Events delivered", counts.eventsNew::sum, name);
        total(metrics, "repeated_events", "Events read again and not delivered again", counts.eventsRepeated::sum,
                name);
        total(metrics, "unsure_events", "Events delivered that the cursor had no room to remember",
                counts.eventsUnsure::sum, name);
        total(metrics, "window_splits", "Windows split because they hold more than the API shows",
                counts.windowSplits::sum, name);
        total(metrics, "windows_reread", "Windows read again because they changed meanwhile",
                counts.windowsReread::sum, name);
        total(metrics, "retries", "Requests that failed and were made again", counts.retries::sum, name);
        total(metrics, "rate_limited", "Answers that said the rate is too high", counts.rateLimited::sum, name);
        total(metrics, "rate_limited_wait_millis", "Milliseconds that such answers asked to wait",
                counts.rateLimitedMillis::sum, name);
        total(metrics, "token_refreshes", "Tokens fetched", counts.tokenRefreshes::sum, name);
        total(metrics, "gaps", "Times of which the vendor had nothing left when they were to be read",
                counts.gaps::sum, name);
        total(metrics, "sweeps", "Whole sweeps for late events", counts.sweeps::sum, name);
        total(metrics, "fenced_writes", "Writes refused because another leads by now", source::fenced, name);
        metrics.gauge("tocsin_api_lag_seconds", "How far what was read is behind the API's present",
                () -> counts.lag().toMillis() / MILLIS, "source", name);
        metrics.gauge("tocsin_api_epoch", "The epoch of this process's last term, 0 before the first", source::epoch,
                "source", name);
        late(metrics, counts, name);
    }

    private static void total(Metrics metrics, String what, String help, LongSupplier value, String source) {
        metrics.counter("tocsin_api_" + what + "_total", help, value, "source", source);
    }

    /** Prometheus's own buckets: each counts all that are not later. */
    private static void late(Metrics metrics, ApiCounts counts, String source) {
        for (int i = 0; i <= ApiCounts.LATE_BOUNDS.size(); i++) {
            int bucket = i;
            String bound = i < ApiCounts.LATE_BOUNDS.size() ? seconds(ApiCounts.LATE_BOUNDS.get(i)) : "+Inf";
            metrics.counter("tocsin_api_late_events_total",
                    "New events older than what was read, no later than le seconds",
                    () -> upTo(counts.lateBy(), bucket), "source", source, "le", bound);
        }
    }

    private static long upTo(long[] buckets, int last) {
        long sum = 0;
        for (int i = 0; i <= last; i++) {
            sum += buckets[i];
        }
        return sum;
    }

    private static String seconds(Duration bound) {
        return Long.toString(bound.toSeconds());
    }
}

package dev.tocsin.source;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import dev.tocsin.source.api.ApiDefinition;
import dev.tocsin.source.api.AuthConfig;
import dev.tocsin.source.api.Start;
import dev.tocsin.source.api.SweepConfig;
import dev.tocsin.source.state.StateConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link dev.tocsin.source.api.ApiPoller}. */
@Tag("api")
@Doc("Polls a paged event API: in order, nothing lost, nothing twice. What the API is like stands in a definition.")
public record ApiSourceConfig(
        @Doc("Where the API is, such as https://api.example.com; the definition adds the path.") String url,
        @Doc("Whose the events are.") @Default("main") String customer,
        @Doc("How the events are written.") @Default("json") String format,
        @Doc("What kind of log it is.") @Default("{}") LogSourceHint logsource,
        @Doc("A shipped definition, such as halo, or a YAML file with one; a file wins.") @Nullable Path definition,
        @Doc("The definition itself, where it stands in no file.") @Nullable ApiDefinition inline,
        @Doc("How to log in.") @Default("{type: none}") AuthConfig auth,
        @Doc("Further parameters of each request, or other values for those of the definition.") @Default("{}") Map<String, String> parameters,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("Where the source keeps its place, and how standbys know who leads. A connector has one for all its sources and does not look at this.") @Default("{type: kafka}") StateConfig state,
        @Doc("Where the first run begins: now, beginning, a time, or so long ago.") @Default("1d") String start,
        @Doc("How often to ask for new events.") @Default("5s") Duration poll,
        @Doc("Pages asked for at one time; also how many are held in memory.") @Default("10") int inFlight,
        @Doc("An answer that is not there after so long is asked for again.") @Default("30s") Duration timeout,
        @Doc("Ids of delivered events that the cursor holds; of older ones it holds sums.") @Default("20000") int seenMax,
        @Doc("In place of the definition's: events on a page.") @Nullable Integer perPage,
        @Doc("In place of the definition's: requests a second, for all sources with these credentials together.") @Nullable Double rate,
        @Doc("In place of the definition's: events of so long ago are the newest asked for.") @Nullable Duration settle,
        @Doc("In place of the definition's: so far before what was read, each poll reads again.") @Nullable Duration overlap,
        @Doc("In place of the definition's: how late events are found.") @Nullable SweepConfig sweep)
        implements
            SourceConfig {

    public ApiSourceConfig {
        parameters = Map.copyOf(parameters);
        checkUrl(url);
        if ((definition == null) == (inline == null)) {
            throw new IllegalArgumentException(definition == null
                    ? "what the API is like is not said; give a definition, such as halo, or write it under inline"
                    : "definition and inline exclude each other; remove one");
        }
        Start.of(start);
        Limits.checkSilence(silentAfter);
        if (poll.isNegative() || poll.isZero() || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("poll and timeout must be above 0");
        }
        if (inFlight < 1 || inFlight > 100) {
            throw new IllegalArgumentException("in_flight must be from 1 to 100, not " + inFlight);
        }
        if (seenMax < 100 || seenMax > 1_000_000) {
            throw new IllegalArgumentException("seen_max must be from 100 to 1000000, not " + seenMax);
        }
        if (perPage != null && perPage < 1 || rate != null && !(rate >= 0 && rate <= 100_000)) {
            throw new IllegalArgumentException("per_page must be above 0, and rate from 0 (no limit) to 100000");
        }
        if (settle != null && settle.isNegative() || overlap != null && overlap.isNegative()) {
            throw new IllegalArgumentException("settle and overlap must not be below 0");
        }
    }

    private static void checkUrl(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("url is no address; write such as https://api.example.com", e);
        }
        boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("url is scheme, host and perhaps a path, without user and parameters;"
                    + " write such as https://api.example.com");
        }
    }
}

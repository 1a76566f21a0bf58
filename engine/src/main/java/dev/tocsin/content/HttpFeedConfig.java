package dev.tocsin.content;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An archive behind an address. */
@Tag("http")
@Doc("The address of a zip file of rules, such as a forge gives of a branch. Asked with If-None-Match, so that nothing is sent while nothing changes.")
public record HttpFeedConfig(@Doc("Address of the zip file.") String url,
        @Doc("Sent as Authorization: Bearer.") @Nullable Secret token,
        @Doc("How often it is asked.") @Default("5s") Duration every,
        @Doc("Whether good rules go live when others are refused.") @Default("false") boolean keepGood,
        @Doc("The engines that are to run it.") @Default("[\"*\"]") List<String> engines) implements FeedConfig {
    public HttpFeedConfig {
        FeedConfig.requireEvery(every);
        URI uri = URI.create(url);
        if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("https?")) {
            throw new IllegalArgumentException("url is not an http address: \"" + url + "\"");
        }
        engines = List.copyOf(engines);
    }

    @Override
    public String describe() {
        return url;
    }
}

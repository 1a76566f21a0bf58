package dev.tocsin.source.api;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an API names its pages, chosen by {@code type:}. Fields are ways into the body with dots between. */
public sealed interface PaginationConfig {
    /** Where the number of events of the whole window stands; null where it is not told. */
    @Nullable
    String count();

    /** Pages that have numbers. */
    @Tag("page")
    @Doc("Pages have numbers. They are read several at a time.")
    record Page(@Doc("The parameter with the number.") @Default("page") String parameter,
            @Doc("Number of the first page.") @Default("1") int first,
            @Doc("Where the body says how many events the window has.") @Nullable String count)
            implements
                PaginationConfig {
    }

    /** Pages that begin at an event's place. */
    @Tag("offset")
    @Doc("Pages begin at the place of an event. They are read several at a time.")
    record Offset(@Doc("The parameter with the place of the first event, from 0.") @Default("offset") String parameter,
            @Doc("Where the body says how many events the window has.") @Nullable String count)
            implements
                PaginationConfig {
    }

    /** A word that opens the next page. */
    @Tag("cursor")
    @Doc("The body has a word that opens the next page.")
    record Cursor(@Doc("Where the body has the word.") @Default("next_cursor") String field,
            @Doc("The parameter that takes it.") @Default("cursor") String parameter,
            @Doc("Where the body says whether there is more.") @Nullable String more,
            @Doc("Whether the other parameters are sent along with the word.") @Default("true") boolean keep,
            @Doc("Where the body says how many events the window has.") @Nullable String count)
            implements
                PaginationConfig {
    }

    /** RFC 8288. */
    @Tag("link")
    @Doc("A header Link names the next page by rel=\"next\" (RFC 8288).")
    record Link(@Doc("Where the body says how many events the window has.") @Nullable String count)
            implements
                PaginationConfig {
    }

    /** An address in the body. */
    @Tag("next")
    @Doc("The body has the address of the next page.")
    record Next(@Doc("Where the body has it.") @Default("next") String field,
            @Doc("Where the body says how many events the window has.") @Nullable String count)
            implements
                PaginationConfig {
    }

    /** No pages. */
    @Tag("window")
    @Doc("There are no pages: all events of the window come at once, or the answer is that they are too many.")
    record Window(@Doc("Status codes that say that they are too many.") @Default("[422, 413]") List<Integer> fullStatus,
            @Doc("As many events or more mean that there are others; 0 where the API says so by status.") @Default("0") int max)
            implements
                PaginationConfig {
        public Window {
            fullStatus = List.copyOf(fullStatus);
        }

        @Override
        public @Nullable String count() {
            return null;
        }
    }

    /** Anything else. */
    @Tag("expression")
    @Doc("A CEL expression says what the next page is.")
    record Expression(
            @Doc("Of body, headers, parameters and page (from 1): parameters of the next page as a map, its address as text, or null at the end.") String next,
            @Doc("Where the body says how many events the window has.") @Nullable String count)
            implements
                PaginationConfig {
        public Expression {
            Expressions.check("next", next);
        }
    }
}

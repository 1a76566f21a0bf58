package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page in a real browser beside a real demo: what a person does in the first minute. */
class PageTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path PICTURES = NodeProcess.ROOT.resolve("e2e/target/page");

    @TempDir
    Path directory;

    @Test
    void alertsAppearByThemselvesAndEverySectionShowsRealData() throws Exception {
        Path chromium = Browser.installed();
        if (chromium == null) {
            assertThat(System.getenv("CI")).as("CI must run this: no Chromium is installed").isNotEqualTo("true");
            abort("no Chromium is installed");
        }
        try (DemoProcess demo = new DemoProcess(directory, NodeProcess.command("demo", "--speed", "4", "-o", "json"));
                Browser browser = new Browser(chromium, Files.createDirectories(directory.resolve("browser")))) {
            JsonNode ready = demo.await("ready", Duration.ofSeconds(240));
            browser.open(ready.path("page").asString());
            browser.await("the overview",
                    "document.querySelector('.overview') && !document.querySelector('#nav').hidden", SOON);
            assertThat(browser.run("location.href").asString()).as("the token leaves the address")
                    .doesNotContain("token");
            int before = count(browser);
            browser.await("a new alert without reloading", "document.querySelectorAll('.alert').length > " + before,
                    SOON);
            browser.await("ten alerts", "document.querySelectorAll('.alert').length >= 10", Duration.ofSeconds(180));
            browser.screenshot(PICTURES.resolve("overview.png"));
            openAlert(browser);
            search(browser);
            ledger(browser);
            looks(browser);
            // The browser itself notes every answer of 400 and 404, also to the query that was wrong on purpose and to
            // a question for an event that was not yet in the index, which the page asks again.
            assertThat(browser.complaints()).as("console errors")
                    .filteredOn(c -> !c.contains("status of 400") || !c.contains("/api/v1/search?q=host.name%3A%28"))
                    .filteredOn(c -> !c.contains("status of 404") || !c.contains("/api/v1/events/")).isEmpty();
            assertThat(demo.interrupt(Duration.ofSeconds(60))).isZero();
        }
    }

    private static int count(Browser browser) {
        return browser.run("document.querySelectorAll('.alert').length").asInt();
    }

    private static void openAlert(Browser browser) throws InterruptedException {
        String title = browser.run("document.querySelector('.alert b').textContent").asString();
        browser.run("document.querySelector('.alert').click()");
        browser.await("the alert's details", "document.querySelector('#drawer').open", SOON);
        browser.await("the event behind it", "document.querySelector('#drawer .event pre.original')", SOON);
        assertThat(browser.run("document.querySelector('#drawer').innerText").asString()).contains(title);
        browser.screenshot(PICTURES.resolve("alert.png"));
        browser.run("document.querySelector('#drawer').close()");
    }

    private static void search(Browser browser) throws InterruptedException {
        browser.run("location.hash = '#/search'");
        browser.await("the search", "document.querySelector('#query')", SOON);
        browser.screenshot(PICTURES.resolve("search-empty.png"));
        browser.run("document.querySelector('#query').value = 'rule.level:(high OR critical)';"
                + "document.querySelector('form.search').requestSubmit()");
        browser.await("hits", "document.querySelectorAll('.hit').length > 0", SOON);
        browser.screenshot(PICTURES.resolve("search.png"));
        browser.run("document.querySelector('#query').value = 'host.name:(';"
                + "document.querySelector('form.search').requestSubmit()");
        browser.await("what is wrong with the query", "document.querySelectorAll('.hit').length === 0", SOON);
        browser.screenshot(PICTURES.resolve("search-wrong.png"));
    }

    private static void ledger(Browser browser) throws InterruptedException {
        browser.run("location.hash = '#/ledger'");
        browser.await("the ledger", "/collect[^]*process[^]*detect/.test(document.querySelector('main').innerText)",
                SOON);
        browser.screenshot(PICTURES.resolve("ledger.png"));
        browser.run("location.hash = '#/dead'");
        browser.await("dead letters", "document.querySelector('main .empty, main table')", SOON);
        browser.screenshot(PICTURES.resolve("dead.png"));
        browser.run("location.hash = '#/cluster'");
        browser.await("what to configure for a cluster",
                "/fabric\\.layout[^]*fabric\\.peers/.test(document.querySelector('main').innerText)", SOON);
        browser.screenshot(PICTURES.resolve("cluster.png"));
    }

    /** In the dark and on a telephone, for eyes; nothing may stand out of the frame. */
    private static void looks(Browser browser) throws InterruptedException {
        browser.run("location.hash = '#/'");
        browser.dark(true);
        browser.await("the overview again", "document.querySelectorAll('.alert').length > 0", SOON);
        browser.screenshot(PICTURES.resolve("overview-dark.png"));
        browser.dark(false);
        browser.size(390, 844);
        browser.screenshot(PICTURES.resolve("overview-narrow.png"));
        assertThat(browser.run("document.documentElement.scrollWidth").asInt()).as("width on a telephone")
                .isLessThanOrEqualTo(390);
        browser.size(1360, 1000);
    }
}

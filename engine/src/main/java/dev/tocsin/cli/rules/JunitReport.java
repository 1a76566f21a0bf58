package dev.tocsin.cli.rules;

import dev.tocsin.sigma.RuleTests;
import dev.tocsin.sigma.SigmaProblem;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Rule tests as the XML that build servers read; a problem is a case that failed, a rule without tests one that was skipped. */
final class JunitReport {
    private JunitReport() {
    }

    static void write(Path file, RuleTests.Report report) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            long failed = report.cases().stream().filter(c -> !c.passed()).count() + report.problems().size();
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "sigma rules");
            xml.writeAttribute("tests",
                    "" + (report.cases().size() + report.problems().size() + report.untested().size()));
            xml.writeAttribute("failures", "" + failed);
            xml.writeAttribute("skipped", "" + report.untested().size());
            for (RuleTests.Case one : report.cases()) {
                start(xml, one.file(), one.name());
                if (!one.passed()) {
                    failure(xml, one.failure());
                }
                xml.writeEndElement();
            }
            for (SigmaProblem problem : report.problems()) {
                start(xml, problem.file(), problem.code());
                failure(xml, problem.toString());
                xml.writeEndElement();
            }
            for (var rule : report.untested()) {
                start(xml, rule.file(), rule.title());
                xml.writeEmptyElement("skipped");
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void start(XMLStreamWriter xml, String file, String name) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", clean(file));
        xml.writeAttribute("name", clean(name));
    }

    private static void failure(XMLStreamWriter xml, String text) throws XMLStreamException {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", clean(text.lines().findFirst().orElse("")));
        xml.writeCharacters(clean(text));
        xml.writeEndElement();
    }

    /** XML has no way to write most control characters, and events hold them. */
    private static String clean(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "\ufffd");
    }
}

// Reads documents with Eclipse RDF4J, with its default settings and the base IRI that Neptune has by default.
//
// A line of standard input is the name of a format and the bytes of a document in hexadecimal digits, with a blank between them. For each, a line of standard output says
// how many statements came before the end, and, if that was a fault, its line and its text in hexadecimal digits.

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.rdf4j.model.Statement;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.RDFHandlerException;
import org.eclipse.rdf4j.rio.RDFParseException;
import org.eclipse.rdf4j.rio.RDFParser;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.rio.helpers.AbstractRDFHandler;
import org.xml.sax.SAXException;

public class Driver {
    // No document of the test has as many: a reader that goes round in a circle ends here.
    private static final long MOST = 10_000;
    private static final String BASE = "http://aws.amazon.com/neptune/default";

    public static void main(String[] arguments) throws Exception {
        BufferedReader documents = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        PrintStream answers = System.out;
        // What the library itself prints must not get between the answers.
        System.setOut(System.err);
        for (String line = documents.readLine(); line != null; line = documents.readLine()) {
            String[] words = line.split(" ", 2);
            answers.println(read(format(words[0]), bytes(words[1])));
            answers.flush();
        }
    }

    private static RDFFormat format(String name) {
        switch (name) {
            case "ntriples":
                return RDFFormat.NTRIPLES;
            case "nquads":
                return RDFFormat.NQUADS;
            case "turtle":
                return RDFFormat.TURTLE;
            case "rdfxml":
                return RDFFormat.RDFXML;
            default:
                throw new IllegalArgumentException(name);
        }
    }

    private static String read(RDFFormat format, byte[] document) {
        long[] count = {0};
        RDFParser parser = Rio.createParser(format);
        parser.setRDFHandler(new AbstractRDFHandler() {
            @Override
            public void handleStatement(Statement statement) {
                if (++count[0] > MOST) {
                    throw new RDFHandlerException("more than " + MOST + " statements");
                }
            }
        });
        try {
            parser.parse(new ByteArrayInputStream(document), BASE);
            return Long.toString(count[0]);
        } catch (RDFParseException fault) {
            String text = String.valueOf(fault.getMessage()).replaceAll(" \\[line [^\\[]*\\]$", "");
            // Marks what is no XML: another XML reader says it in other words.
            String mark = fault.getCause() instanceof SAXException ? "XML: " : "";
            return count[0] + " " + fault.getLineNumber() + " " + encode(mark + text);
        } catch (Exception | StackOverflowError other) {
            return count[0] + " -1 " + encode(other.toString());
        }
    }

    private static byte[] bytes(String digits) {
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    private static String encode(String text) {
        StringBuilder digits = new StringBuilder();
        // Half of a pair of surrogates has no bytes in UTF-8: Java would write a question mark.
        for (byte b : text.replaceAll("[\\uD800-\\uDFFF]", "\uFFFD").getBytes(StandardCharsets.UTF_8)) {
            digits.append(String.format("%02x", b));
        }
        return digits.toString();
    }
}

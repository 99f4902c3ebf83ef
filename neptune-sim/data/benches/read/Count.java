// Counts the statements of a file with Eclipse RDF4J.

import java.io.FileInputStream;
import org.eclipse.rdf4j.model.Statement;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.RDFParser;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.rio.helpers.AbstractRDFHandler;

public class Count {
    public static void main(String[] arguments) throws Exception {
        RDFParser parser = Rio.createParser(arguments[0].equals("nquads") ? RDFFormat.NQUADS : RDFFormat.NTRIPLES);
        long[] count = {0};
        parser.setRDFHandler(new AbstractRDFHandler() {
            @Override
            public void handleStatement(Statement statement) {
                count[0]++;
            }
        });
        parser.parse(new FileInputStream(arguments[1]), "http://example.com/");
        System.out.println(count[0]);
    }
}

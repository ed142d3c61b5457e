import java.io.Reader;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.LowerCaseFilter;
import org.apache.lucene.analysis.cz.CzechStemFilter;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.el.GreekStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.fi.FinnishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.hu.HungarianLightStemFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.ru.RussianLightStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.th.ThaiTokenizer;
import org.apache.lucene.analysis.tr.ApostropheFilter;
import org.apache.lucene.analysis.tr.TurkishLowerCaseFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * What Elasticsearch's own module analysis-common adds and the distribution for integration tests
 * lacks, under the same names and over the same Lucene filters: those our mapping names.
 */
public final class StockAnalysis extends Plugin implements AnalysisPlugin {

  @Override
  public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
    return Map.ofEntries(
        Map.entry("apostrophe", plain(ApostropheFilter::new)),
        Map.entry("arabic_normalization", plain(ArabicNormalizationFilter::new)),
        Map.entry("asciifolding", plain(ASCIIFoldingFilter::new)),
        Map.entry("cjk_bigram", plain(CJKBigramFilter::new)),
        Map.entry("cjk_width", plain(CJKWidthFilter::new)),
        Map.entry("decimal_digit", plain(DecimalDigitFilter::new)),
        Map.entry("elision", StockAnalysis::elision),
        Map.entry("german_normalization", plain(GermanNormalizationFilter::new)),
        Map.entry("lowercase", StockAnalysis::lowercase),
        Map.entry("stemmer", StockAnalysis::stemmer));
  }

  @Override
  public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
    return Map.of(
        "pattern_replace",
        AnalysisPlugin.requiresAnalysisSettings(StockAnalysis::patternReplace));
  }

  @Override
  public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
    return Map.of("thai", (index, environment, name, settings) ->
        TokenizerFactory.newFactory(name, ThaiTokenizer::new));
  }

  private static CharFilterFactory patternReplace(
      Object index, Environment environment, String name, Settings settings) {
    Pattern pattern = Pattern.compile(settings.get("pattern"));
    String replacement = settings.get("replacement", "");
    return new CharFilterFactory() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Reader create(Reader input) {
        return new PatternReplaceCharFilter(pattern, replacement, input);
      }
    };
  }

  private static AnalysisProvider<TokenFilterFactory> plain(UnaryOperator<TokenStream> filter) {
    return (index, environment, name, settings) -> new Filter(name, filter);
  }

  private static TokenFilterFactory elision(
      Object index, Environment environment, String name, Settings settings) {
    CharArraySet given = Analysis.parseArticles(environment, settings);
    CharArraySet articles = given == null ? FrenchAnalyzer.DEFAULT_ARTICLES : given;
    return new Filter(name, input -> new ElisionFilter(input, articles));
  }

  private static TokenFilterFactory lowercase(
      Object index, Environment environment, String name, Settings settings) {
    return new Filter(name, switch (settings.get("language", "")) {
      case "" -> LowerCaseFilter::new;
      case "greek" -> GreekLowerCaseFilter::new;
      case "turkish" -> TurkishLowerCaseFilter::new;
      default -> throw new IllegalArgumentException("lowercase: " + settings);
    });
  }

  private static TokenFilterFactory stemmer(
      Object index, Environment environment, String name, Settings settings) {
    String language = settings.get("language", settings.get("name", "porter"));
    return new Filter(name, switch (language) {
      case "arabic" -> ArabicStemFilter::new;
      case "czech" -> CzechStemFilter::new;
      case "english", "porter" -> PorterStemFilter::new;
      case "porter2" -> input -> new SnowballFilter(input, "English");
      case "possessive_english" -> EnglishPossessiveFilter::new;
      case "light_finnish" -> FinnishLightStemFilter::new;
      case "light_german" -> GermanLightStemFilter::new;
      case "greek" -> GreekStemFilter::new;
      case "light_hungarian" -> HungarianLightStemFilter::new;
      case "light_italian" -> ItalianLightStemFilter::new;
      case "light_portuguese" -> PortugueseLightStemFilter::new;
      case "light_russian" -> RussianLightStemFilter::new;
      case "light_spanish" -> SpanishLightStemFilter::new;
      case "catalan", "danish", "dutch", "french", "norwegian", "romanian", "swedish", "turkish" ->
          input -> new SnowballFilter(input, capitalised(language));
      default -> throw new IllegalArgumentException("stemmer: " + settings);
    });
  }

  private static String capitalised(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  private static final class Filter extends AbstractTokenFilterFactory
      implements NormalizingTokenFilterFactory {

    private final UnaryOperator<TokenStream> filter;

    Filter(String name, UnaryOperator<TokenStream> filter) {
      super(name);
      this.filter = filter;
    }

    @Override
    public TokenStream create(TokenStream input) {
      return filter.apply(input);
    }
  }
}

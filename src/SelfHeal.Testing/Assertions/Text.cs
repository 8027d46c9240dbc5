using FluentAssertions.Formatting;

namespace SelfHeal.Testing.Assertions;

/// <summary>A sentence that FluentAssertions shows as it is, without quotes.</summary>
internal sealed record Text(string Value)
{
    static Text() => Formatter.AddFormatter(new TextFormatter());

    private sealed class TextFormatter : IValueFormatter
    {
        public bool CanHandle(object value) => value is Text;

        public void Format(object value, FormattedObjectGraph formattedGraph, FormattingContext context, FormatChild formatChild) =>
            formattedGraph.AddFragment(((Text)value).Value);
    }
}

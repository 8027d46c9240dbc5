using SelfHeal.Search;

namespace SelfHeal.Reports;

/// <summary>A heal result as JSON (stable schema, "version" 1) and as a Markdown summary.</summary>
public static class HealReport
{
    public const int SchemaVersion = 1;

    public static string ToJson(HealResult result) => throw new NotSupportedException(result?.Sentence);

    public static string ToMarkdown(HealResult result) => throw new NotSupportedException(result?.Sentence);
}

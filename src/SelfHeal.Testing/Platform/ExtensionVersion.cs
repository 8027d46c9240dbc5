namespace SelfHeal.Testing.Platform;

/// <summary>The version that our extensions give to the platform.</summary>
internal static class ExtensionVersion
{
    public static string Text { get; } = typeof(ExtensionVersion).Assembly.GetName().Version?.ToString(3) ?? "0";
}

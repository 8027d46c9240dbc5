namespace SelfHeal.Bench;

/// <summary>The measurement cannot be made, or was asked for wrongly.</summary>
internal sealed class BenchException(string message) : Exception(message);

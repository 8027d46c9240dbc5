namespace SelfHeal.Testing;

/// <summary>A reply in redis's protocol (RESP 2 and 3).</summary>
/// <param name="Text">Of a simple or bulk text, a number, or an error; null: nil, or a list.</param>
/// <param name="Items">Of a list, a set, or a map (keys and values in turn); empty otherwise.</param>
/// <param name="IsError">The server refused the command.</param>
public sealed record RespReply(string? Text, IReadOnlyList<RespReply> Items, bool IsError = false)
{
    /// <summary>The text, <c>(nil)</c>, or the items in brackets; errors begin with <c>(error)</c>.</summary>
    public override string ToString() =>
        IsError ? $"(error) {Text}" : Text ?? (Items.Count == 0 ? "(nil)" : $"[{string.Join(", ", Items)}]");
}

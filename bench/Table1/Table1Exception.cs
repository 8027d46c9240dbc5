namespace SelfHeal.PaperTable;

/// <summary>The measurement cannot be made, or was asked for wrongly.</summary>
internal sealed class Table1Exception(string message) : Exception(message);

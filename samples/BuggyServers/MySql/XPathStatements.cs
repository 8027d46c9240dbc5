using System.Globalization;

namespace BuggyServers.MySql;

/// <summary>Statements with XPath: those that kill a server with MDEV-39593, and ordinary ones.</summary>
/// <param name="seed">The same statements for the same seed.</param>
public sealed class XPathStatements(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The fault in another length, at another place, or written otherwise.</summary>
    public string Bad()
    {
        string before = Pick("", "1, ", $"{_random.Next(1000)}, '{Word()}', ");
        string xml = Pick("", "<a/>", $"<{Word()}>{Word()} {_random.Next(100)}</{Word()}>");
        string path = Pick("/", "//") + Word() + Pick("", "/" + Word(), "/" + Word() + "/" + Word());
        string behind = Pick("", ", 2", $", '{Word()}', {_random.Next(9)}");
        return $"{Cased("select")}{Blanks()}{before}{Cased("extractvalue")}('{xml}',{Pick("", " ", "  ")}'{path}[{Cased("number")}({Pick("", " ", "  ")})]'){behind}";
    }

    /// <summary>What the same clients ask on other days: XPath with and without functions, text that looks like it, other statements.</summary>
    public string Benign() => _random.Next(8) switch
    {
        0 => $"{Cased("select")} extractvalue('<{Word()}><b>{Word()}</b></{Word()}>', '/{Word()}/b')",
        1 => $"SELECT EXTRACTVALUE('<a>{_random.Next(1000)}</a>', '/a[number(.)>{_random.Next(1000)}]')",
        2 => $"SELECT EXTRACTVALUE('<a>{Word()}</a>', '/a[{_random.Next(1, 5)}]'), '{Word()}'",
        3 => $"SELECT UPDATEXML('<a>{Word()}</a>', '/a', '<b>{_random.Next(10)}</b>')",
        4 => $"SELECT 'the number is {_random.Next(1000)}', {_random.Next(1000)} + {_random.Next(1000)}",
        5 => $"SELECT CONCAT('{Word()}', '(', {_random.Next(100)}, ')')",
        6 => $"SELECT EXTRACTVALUE('<a/>', 'count(/{Word()})'), LENGTH('{new string('x', _random.Next(200))}')",
        _ => $"SELECT '{Word()} größer als {Word()}', '価格 {_random.Next(100)}'",
    };

    private string Word() => string.Concat(Enumerable.Range(0, _random.Next(1, 9)).Select(_ => (char)('a' + _random.Next(26))));

    private string Blanks() => Pick(" ", "  ", "\t");

    private string Cased(string text) => string.Concat(text.Select(c => _random.Next(2) == 0 ? char.ToUpper(c, CultureInfo.InvariantCulture) : c));

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}

using SelfHeal.Reports.Tables;

namespace SelfHeal.PaperTable;

/// <summary>A bug that one session brings out: heap damage, or a bad request.</summary>
/// <param name="name">As in the paper.</param>
/// <param name="image">Its container image.</param>
/// <param name="paper">The paper's figures.</param>
/// <param name="prepare">Makes a session.</param>
internal sealed class SessionBug(string name, string image, PaperRow paper, Func<Place, Variant, string, Task<ISession>> prepare)
    : Bug(name, image, paper)
{
    /// <summary>The paper's valgrind took 454 s for MariaDB.</summary>
    public override bool AsksValgrind => !Image.StartsWith("selfheal/mysql", StringComparison.Ordinal);

    public override Task<ISession> PrepareAsync(Place place, Variant variant, string directory) => prepare(place, variant, directory);
}

namespace Onceward
{
    /// <summary>A mutation of the API. The type parameters are its input and result.</summary>
    public sealed class Mutation<TInput, TResult>
    {
        public Mutation(string name, string document)
        {
            Name = name;
            Document = document;
        }

        public string Name { get; private set; }

        public string Document { get; private set; }
    }

    /// <summary>A query of the API. Its arguments are the members of an anonymous object, named as in the schema.</summary>
    public sealed class Query<TResult>
    {
        public Query(string name, string document)
        {
            Name = name;
            Document = document;
        }

        public string Name { get; private set; }

        public string Document { get; private set; }
    }
}

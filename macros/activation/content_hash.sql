{#- An aggregate: a hash of all rows of a group, whatever their order. The sums of 32 bits of two hashes
    of each row, and their count, hashed: an ordered list of a million rows is more than some engines
    put into one value. -#}
{% macro content_hash(expression) -%}
    {{ dbt.hash(dbt.concat([
        "cast(count(" ~ expression ~ ") as " ~ dbt.type_string() ~ ")",
        "':'",
        covey.hash_total("'a' || " ~ expression),
        "':'",
        covey.hash_total("'b' || " ~ expression),
    ])) }}
{%- endmacro %}

{#- How well a record does by a rule, the highest best; by an unknown rule as by most_recent. -#}
{% macro survivorship_score(rule) -%}
    case {{ rule }}
            when 'oldest' then seniority
            when 'most_frequent' then agreeing_record_count
            when 'source_priority' then source_trust
            when 'longest' then value_length
            else recency
        end
{%- endmacro %}

{#- The probability that a customer has not dropped out, by a row of parameters r, alpha, a, b with
    chances_at_first_order (1 where a customer can drop out after the first order, else 0) and a row
    of history. The odds of having dropped out are taken from their logarithm, which nothing makes
    overflow. -#}
{% macro probability_alive(models, history) -%}
    case
            -- Nobody who could not drop out yet has.
            when {{ history }}.repeat_count + {{ models }}.chances_at_first_order = 0 then 1.0
            else
                1.0 / (
                    1.0 + exp(
                        least(
                            ln(
                                {{ models }}.a
                                / (
                                    {{ models }}.b + {{ history }}.repeat_count
                                    + {{ models }}.chances_at_first_order - 1
                                )
                            )
                            + ({{ models }}.r + {{ history }}.repeat_count)
                            * (
                                ln({{ models }}.alpha + {{ history }}.age_weeks)
                                - ln({{ models }}.alpha + {{ history }}.recency_weeks)
                            ),
                            700
                        )
                    )
                )
        end
{%- endmacro %}
